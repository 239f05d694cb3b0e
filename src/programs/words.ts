// A POSIX shell script as words and operators, of which `syntax.ts` makes commands. What hooks, probes and start scripts
// need is here and no more; anything else throws `Unreadable`, and then nothing is known of the script.

/** Characters; what is longer is left unread. */
export const longestScript = 10_000;

/** A piece of a word. `opaque` is an expansion whose value nobody here can know. */
export type Part =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  | { readonly kind: 'variable'; readonly name: string; readonly quoted: boolean }
  | { readonly kind: 'arithmetic'; readonly expression: string }
  | { readonly kind: 'command'; readonly script: string }
  | { readonly kind: 'opaque' };

export type Word = readonly Part[];

export type Token =
  | { readonly kind: 'word'; readonly word: Word }
  | { readonly kind: 'operator'; readonly text: string }
  | { readonly kind: 'redirect'; readonly target: Word };

/** Thrown for a script that this reader does not understand. */
export class Unreadable extends Error {}

/** `((` is arithmetic to some shells and two groups to others. */
const operators = ['((', '&&', '||', ';;', ';', '&', '|', '(', ')', '\n'];
const redirects = ['&>>', '&>', '>>', '>&', '>|', '>', '<&', '<'];
const blank = /[ \t\r]/;
const endsWord = /[ \t\r\n;&|()<>]/;

export function tokenize(script: string): readonly Token[] {
  const reader = new Reader(script);
  const tokens: Token[] = [];
  for (let token = reader.next(); token !== null; token = reader.next()) tokens.push(token);
  return tokens;
}

class Reader {
  private at = 0;
  private readonly script: string;

  constructor(script: string) {
    this.script = script;
  }

  next(): Token | null {
    this.skipBlanks();
    if (this.at >= this.script.length) return null;
    const fd = /^\d*(?=[<>])/.exec(this.script.slice(this.at))?.[0] ?? '';
    const redirect = this.startsWith(redirects, fd.length);
    if (redirect !== undefined) return this.redirect(fd.length + redirect.length);
    const operator = this.startsWith(operators, 0);
    if (operator === undefined) return { kind: 'word', word: this.word() };
    this.at += operator.length;
    return { kind: 'operator', text: operator };
  }

  private startsWith(candidates: readonly string[], offset: number): string | undefined {
    return candidates.find((each) => this.script.startsWith(each, this.at + offset));
  }

  private skipBlanks(): void {
    for (;;) {
      if (blank.test(this.script[this.at] ?? '')) this.at += 1;
      else if (this.script.startsWith('\\\n', this.at)) this.at += 2;
      else if (this.script[this.at] === '#') this.at = this.find('\n', this.script.length);
      else return;
    }
  }

  private find(text: string, otherwise: number): number {
    const index = this.script.indexOf(text, this.at);
    return index < 0 ? otherwise : index;
  }

  private redirect(length: number): Token {
    this.at += length;
    if (this.script[this.at] === '<') throw new Unreadable('here-document');
    this.skipBlanks();
    return { kind: 'redirect', target: this.word() };
  }

  private word(): Word {
    const parts: Part[] = [];
    const start = this.at;
    while (this.at < this.script.length && !endsWord.test(this.script[this.at] ?? '')) {
      parts.push(...this.parts());
    }
    if (this.at === start) throw new Unreadable('a word is missing');
    return parts;
  }

  private parts(): readonly Part[] {
    const char = this.script[this.at];
    if (char === "'") return [{ kind: 'text', text: this.until("'"), quoted: true }];
    if (char === '"') return this.doubleQuoted();
    return [this.expansion(false) ?? this.text(false)];
  }

  /** One character. In double quotes a backslash is kept, unless it takes the meaning of what follows. */
  private text(quoted: boolean): Part {
    const escaped = quoted ? /^\\[$`"\\]/ : /^\\./s;
    if (escaped.test(this.script.slice(this.at, this.at + 2))) this.at += 1;
    const text = this.script[this.at] ?? '';
    this.at += 1;
    return { kind: 'text', text, quoted: quoted || this.script[this.at - 2] === '\\' };
  }

  /** The text up to the next `end`; both quotes are taken. */
  private until(end: string): string {
    const close = this.script.indexOf(end, this.at + 1);
    if (close < 0) throw new Unreadable(`${end} is not closed`);
    const text = this.script.slice(this.at + 1, close);
    this.at = close + 1;
    return text;
  }

  private doubleQuoted(): readonly Part[] {
    this.at += 1;
    const parts: Part[] = [{ kind: 'text', text: '', quoted: true }];
    while (this.script[this.at] !== '"') {
      if (this.at >= this.script.length) throw new Unreadable('" is not closed');
      parts.push(this.expansion(true) ?? this.text(true));
    }
    this.at += 1;
    return parts;
  }

  private expansion(quoted: boolean): Part | undefined {
    const rest = this.script.slice(this.at);
    if (rest.startsWith('`')) return { kind: 'command', script: this.until('`') };
    if (rest.startsWith('$((')) return { kind: 'arithmetic', expression: this.nested(3).slice(0, -1) };
    if (rest.startsWith('$(')) return { kind: 'command', script: this.nested(2) };
    if (rest.startsWith("$'") || rest.startsWith('$"')) throw new Unreadable('a dollar quote');
    if (rest.startsWith('${')) {
      const text = this.until('}').slice(1);
      return /^\w+$/.test(text) ? { kind: 'variable', name: text, quoted } : { kind: 'opaque' };
    }
    const name = /^\$([A-Za-z_]\w*|[0-9])/.exec(rest)?.[1];
    if (name !== undefined) {
      this.at += name.length + 1;
      return { kind: 'variable', name, quoted };
    }
    if (!/^\$[$?!#@*-]/.test(rest)) return undefined;
    this.at += 2;
    return { kind: 'opaque' };
  }

  /** The text between the parentheses that `opening` characters open, and past its end. */
  private nested(opening: number): string {
    const start = this.at + opening;
    let depth = opening - 1;
    for (let index = start; index < this.script.length; index += 1) {
      const char = this.script[index];
      if (char === "'" || char === '"') index = this.closing(char, index);
      if (char === '(') depth += 1;
      if (char === ')') depth -= 1;
      if (depth === 0) {
        this.at = index + 1;
        return this.script.slice(start, index);
      }
    }
    throw new Unreadable('$( is not closed');
  }

  private closing(quote: string, from: number): number {
    const index = this.script.indexOf(quote, from + 1);
    if (index < 0) throw new Unreadable(`${quote} is not closed`);
    return index;
  }
}
