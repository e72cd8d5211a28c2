"""What the standard says, as functions of plain values: identifiers, words, contexts, shapes. Knows no Django."""
