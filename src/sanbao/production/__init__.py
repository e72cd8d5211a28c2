"""Work in progress: travellers, their steps and checks, baskets split and merged, marking audits."""
