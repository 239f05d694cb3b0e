/** Without NUL and lone halves of a surrogate pair, which GitHub refuses. */
export function wellFormed(text: string): string {
  return text.replace(/[\p{Surrogate}\0]/gu, '\ufffd');
}
