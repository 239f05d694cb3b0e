// The second step: words and operators as commands.
import { type Token, tokenize, Unreadable, type Word } from './words.ts';

export interface Simple {
  readonly kind: 'simple';
  readonly words: readonly Word[];
  readonly redirects: readonly Word[];
}

export interface Group {
  readonly kind: 'group';
  readonly subshell: boolean;
  readonly body: List;
}

/** `if`, loops and `case`: what runs in them is left unread. */
export interface Compound {
  readonly kind: 'compound';
}

/** `[[ … ]]` */
export interface Test {
  readonly kind: 'test';
}

export type Command = Simple | Group | Compound | Test;

export interface Pipeline {
  readonly negated: boolean;
  readonly commands: readonly Command[];
}

/** `a && b || c`: `joint` stands before its pipeline. */
export interface AndOr {
  readonly parts: readonly { readonly joint: '&&' | '||' | null; readonly pipeline: Pipeline }[];
  readonly background: boolean;
}

export type List = readonly AndOr[];

/** Null for a script that is not understood. */
export function parseScript(script: string): List | null {
  try {
    return new Parser(tokenize(script)).whole();
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

const closers: Readonly<Record<string, string>> = {
  if: 'fi',
  while: 'done',
  until: 'done',
  for: 'done',
  select: 'done',
  case: 'esac',
};
/** Words that begin no command. */
const reserved = new Set(['!', '}', ']]', 'then', 'do', 'done', 'else', 'elif', 'fi', 'esac']);
/** Words after which a command begins. */
const openers = new Set(['then', 'do', 'else', 'elif', '{', '!', 'if', 'while', 'until']);

/** The word as plain text; null where it has quotes or expansions, for then it is no reserved word. */
function plainText(token: Token | undefined): string | null {
  if (token?.kind !== 'word') return null;
  const texts = token.word.map((part) => (part.kind === 'text' && !part.quoted ? part.text : null));
  return texts.includes(null) ? null : texts.join('');
}

/** Groups deeper than this are left unread. */
const deepest = 30;

class Parser {
  private at = 0;
  private depth = 0;
  private readonly tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  whole(): List {
    const list = this.list();
    if (this.at < this.tokens.length) throw new Unreadable('an operator stands alone');
    return list;
  }

  private isOperator(...texts: readonly string[]): boolean {
    const token = this.tokens[this.at];
    return token?.kind === 'operator' && texts.includes(token.text);
  }

  private list(): List {
    const list: AndOr[] = [];
    for (;;) {
      while (this.isOperator(';', '\n')) this.at += 1;
      if (this.at >= this.tokens.length || this.isOperator(')')) return list;
      if (plainText(this.tokens[this.at]) === '}') return list;
      list.push(this.andOr());
      if (!this.isOperator(';', '\n', '&')) return list;
      this.at += 1;
    }
  }

  private andOr(): AndOr {
    const parts: { joint: '&&' | '||' | null; pipeline: Pipeline }[] = [];
    let joint: '&&' | '||' | null = null;
    for (;;) {
      parts.push({ joint, pipeline: this.pipeline() });
      if (!this.isOperator('&&', '||')) return { parts, background: this.isOperator('&') };
      joint = this.isOperator('&&') ? '&&' : '||';
      this.at += 1;
      this.skipNewlines();
    }
  }

  private skipNewlines(): void {
    while (this.isOperator('\n')) this.at += 1;
  }

  private pipeline(): Pipeline {
    const negated = plainText(this.tokens[this.at]) === '!';
    if (negated) this.at += 1;
    const commands = [this.command()];
    while (this.isOperator('|')) {
      this.at += 1;
      this.skipNewlines();
      commands.push(this.command());
    }
    return { negated, commands };
  }

  private command(): Command {
    if (this.isOperator('(')) return this.group(true);
    const word = plainText(this.tokens[this.at]);
    if (word === '{') return this.group(false);
    if (word === '[[') return this.test();
    if (word !== null && Object.hasOwn(closers, word)) return this.compound();
    if (word === 'function' || word === 'time') throw new Unreadable(word);
    if (word !== null && reserved.has(word)) throw new Unreadable(`${word} stands alone`);
    return this.simple();
  }

  private group(subshell: boolean): Group {
    this.at += 1;
    this.depth += 1;
    if (this.depth > deepest) throw new Unreadable('groups in groups');
    const body = this.list();
    this.depth -= 1;
    const closed = subshell ? this.isOperator(')') : plainText(this.tokens[this.at]) === '}';
    if (!closed) throw new Unreadable('a group is not closed');
    this.at += 1;
    while (this.tokens[this.at]?.kind === 'redirect') this.at += 1;
    return { kind: 'group', subshell, body };
  }

  private test(): Test {
    while (plainText(this.tokens[this.at]) !== ']]') this.step();
    this.at += 1;
    return { kind: 'test' };
  }

  private step(): void {
    if (this.at >= this.tokens.length) throw new Unreadable('a command is not closed');
    this.at += 1;
  }

  /** Skips to the word that closes the command, past every one inside it. */
  private compound(): Compound {
    const open: string[] = [];
    do {
      const word = this.startsCommand() ? plainText(this.tokens[this.at]) : null;
      const closer = word !== null && Object.hasOwn(closers, word) ? closers[word] : undefined;
      if (closer !== undefined) open.push(closer);
      else if (word !== null && word === open.at(-1)) open.pop();
      this.step();
    } while (open.length > 0);
    while (this.tokens[this.at]?.kind === 'redirect') this.at += 1;
    return { kind: 'compound' };
  }

  private startsCommand(): boolean {
    const before = this.tokens[this.at - 1];
    if (before === undefined || before.kind === 'operator') return true;
    const word = plainText(before);
    return word !== null && (openers.has(word) || Object.values(closers).includes(word));
  }

  private simple(): Simple {
    const words: Word[] = [];
    const redirects: Word[] = [];
    for (;;) {
      const token = this.tokens[this.at];
      if (token?.kind === 'word') words.push(token.word);
      else if (token?.kind === 'redirect') redirects.push(token.target);
      else break;
      this.at += 1;
    }
    if (words.length === 0 && redirects.length === 0) throw new Unreadable('a command is missing');
    if (this.isOperator('(')) throw new Unreadable('a function');
    return { kind: 'simple', words, redirects };
  }
}
