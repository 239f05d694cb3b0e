import type { Inventory } from '../resources/inventory.ts';
import type { IgnoreComment } from '../text/ignore-comments.ts';
import type { Judging } from './judge.ts';
import { type Directive, Directives } from './suppressions.ts';

/** One values set at one revision, with what its files accept. */
interface Accepting {
  readonly inventory: Inventory;
  readonly ignores: readonly IgnoreComment[];
  readonly state: 'ok' | 'partial' | 'failed';
}

/** A directive and what came of it. */
export interface Suppression {
  readonly directive: Directive;
  readonly state: 'used' | 'unused' | 'expired';
  /** Whether this change brings it. */
  readonly added: boolean;
}

/** A values set of head, with the directives that speak of something that was found, told or not. */
interface JudgedSet {
  readonly render: Accepting;
  readonly directives: Directives;
  readonly used: ReadonlySet<Directive>;
}

/** What one unit's comments and annotations accept, and whose word counts. */
export class Acceptance {
  readonly #judging: Judging;
  readonly #base: readonly Accepting[];
  #keys: ReadonlySet<string> | null = null;

  constructor(base: readonly Accepting[], judging: Judging) {
    this.#judging = judging;
    this.#base = base;
  }

  /** What base accepts; most changes accept nothing, and nobody asks. */
  get #before(): ReadonlySet<string> {
    if (this.#keys === null) {
      const all = this.#base.flatMap((render) => directivesOf(render, this.#judging).all);
      this.#keys = new Set(all.map(({ key }) => key));
    }
    return this.#keys;
  }

  of(render: Accepting): Directives {
    return directivesOf(render, this.#judging);
  }

  /** The first directive that holds today. */
  inForce(directives: readonly Directive[]): Directive | null {
    return directives.find((directive) => this.#holds(directive)) ?? null;
  }

  /** Each directive once: used when any values set needs it, unused only when all of them were judged whole. */
  suppressions(sets: readonly JudgedSet[]): readonly Suppression[] {
    const whole = sets.every(({ render }) => render.state === 'ok');
    const found = new Map<string, Suppression>();
    for (const { directives, used } of sets) {
      for (const directive of directives.all) {
        const key = JSON.stringify([directive.key, directive.line]);
        const state = this.#stateOf(directive, used.has(directive));
        const known = found.get(key);
        if (known === undefined || (known.state === 'unused' && state === 'used'))
          found.set(key, { directive, state, added: !this.#before.has(directive.key) });
      }
    }
    return [...found.values()].filter(({ state, directive }) => {
      // A rule that only compares is silent once the change is merged: its directive has served.
      const once = this.#judging.onceOnly.has(directive.ruleId);
      return state !== 'unused' || directive.problem !== null || (whole && !once);
    });
  }

  #stateOf(directive: Directive, speaks: boolean): Suppression['state'] {
    if (this.#isExpired(directive)) return 'expired';
    return speaks && this.#holds(directive) ? 'used' : 'unused';
  }

  #holds(directive: Directive): boolean {
    const trusted = this.#judging.trusted || this.#before.has(directive.key);
    return directive.problem === null && trusted && !this.#isExpired(directive);
  }

  /** It holds on its last day. */
  #isExpired({ expires }: Directive): boolean {
    return expires !== null && expires < this.#judging.today;
  }
}

function directivesOf({ ignores, inventory }: Accepting, { ruleIds }: Judging): Directives {
  return new Directives(ignores, inventory, ruleIds);
}
