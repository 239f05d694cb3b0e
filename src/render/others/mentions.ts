import type { Layout } from '../layout.ts';

/** What a text may have to do with objects of other units. */
export interface Mentions {
  /** Whether it may hold an object that others are related to. */
  readonly holdsObject: boolean;
  /** Its words, as names and labels are written. */
  readonly words: ReadonlySet<string>;
}

/** Kinds that select, scale or lead to something, or have pods. */
const relatedKinds =
  /\bkind["']?\s*:\s*["']?(Service|PodDisruptionBudget|HorizontalPodAutoscaler|ScaledObject|Ingress|\w+Route|TargetGroup\w+|Deployment|StatefulSet|DaemonSet|ReplicaSet|ReplicationController|Rollout|CloneSet|Pod)\b/;

const nothing: Mentions = { holdsObject: false, words: new Set() };

export function mentionsOf(text: string): Mentions {
  return { holdsObject: relatedKinds.test(text), words: new Set(text.match(/[A-Za-z0-9][\w.-]*/g)) };
}

/** The words of files of one revision, each read once. Of plain files only those matter that hold an object. */
export class FileMentions {
  readonly #layout: Layout;
  readonly #arePlain: boolean;
  readonly #known = new Map<string, Mentions>();

  constructor(layout: Layout, arePlain: boolean) {
    this.#layout = layout;
    this.#arePlain = arePlain;
  }

  async of(paths: readonly string[]): Promise<readonly Mentions[]> {
    const unread = paths.filter((path) => !this.#known.has(path));
    const reads = unread.length === 0 ? null : await this.#layout.tree.read(unread);
    for (const path of unread) {
      const read = reads?.get(path);
      const text = read?.kind === 'bytes' ? new TextDecoder().decode(read.bytes) : null;
      const matters = text !== null && (!this.#arePlain || relatedKinds.test(text));
      this.#known.set(path, matters ? mentionsOf(text) : nothing);
    }
    return paths.map((path) => this.#known.get(path) ?? nothing);
  }
}

/** A word in more files than these says nothing of any of them. */
const mostFiles = 40;

/** Those of some words that stand in too many of the texts to lead anywhere. */
export function commonWords(texts: readonly Mentions[], words: ReadonlySet<string>): ReadonlySet<string> {
  const holding = texts.filter(({ holdsObject }) => holdsObject);
  if (holding.length <= mostFiles) return new Set();
  const count = (word: string) => holding.reduce((sum, { words: own }) => sum + Number(own.has(word)), 0);
  return new Set([...words].filter((word) => count(word) > mostFiles));
}

/** Whether texts together may hold an object that has to do with one of the words. */
export function concern(texts: readonly Mentions[], words: ReadonlySet<string>): boolean {
  return texts.some(({ holdsObject }) => holdsObject) && texts.some((text) => mentionsOne(text, words));
}

function mentionsOne({ words: own }: Mentions, words: ReadonlySet<string>): boolean {
  for (const word of words) if (own.has(word)) return true;
  return false;
}
