// Everything a page does beyond HTML. Each module serves one matter and finds its elements by data-attributes.
import "./toasts.js";
import "./drafts.js";
import "./dialogs.js";
import "./refusals.js";
import "./files.js";
import "./lists.js";
import "./keys.js";
import "./palette.js";
import "./presence.js";
import "./scan-waiting.js";
import "./shell.js";
