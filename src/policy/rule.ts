import type { Problem } from '../kubernetes/api.ts';
import type { Picture } from '../lifecycle/picture.ts';
import type { TimelineName } from '../lifecycle/timeline.ts';
import type { Environment } from '../platform/environment.ts';
import type { Evidence, FieldOf } from '../resources/evidence.ts';
import type { Inventory } from '../resources/inventory.ts';
import type { Resource } from '../resources/resource.ts';
import type { Workload } from '../resources/workload.ts';

export type { Evidence, FieldOf } from '../resources/evidence.ts';

export type Severity = 'error' | 'warning' | 'info';
export type FindingClass = 'contradiction' | 'regression' | 'hazard' | 'checklist' | 'advice';
export type Category =
  | 'kubernetes'
  | 'probes'
  | 'shutdown'
  | 'load-balancer'
  | 'disruption'
  | 'placement'
  | 'rollout'
  | 'autoscaling'
  | 'resources'
  | 'platform';

/** The numbers and names of a message; units stand in the names (`graceSeconds`). */
export type Data = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/**
 * One thing that a rule can say. The texts are Markdown with code spans as the only markup; every name and value
 * that comes from the change stands in a span made by `code()`, so that nothing of it can become markup.
 */
// biome-ignore lint/suspicious/noExplicitAny: the data of a message is typed where the message is written
export interface Message<D = any> {
  readonly class: FindingClass;
  readonly severity: Severity;
  /** True where the configuration states the severity: then no profile keeps it back. */
  readonly stated?: true;
  /** The comment's first line: the fact with its numbers. */
  readonly title: (data: D) => string;
  /** One sentence with all the numbers and where they come from. */
  readonly text: (data: D) => string;
  /** What will happen to whom and when, in one or two sentences. */
  readonly why: (data: D) => string;
  /** The way out, where it can be said in words. */
  readonly fix?: (data: D) => string;
  /**
   * For a checklist message: its row in the one comment that holds all of a workload's items. First what is missing
   * (a few words, e.g. `preStop delay`), then what happens without it.
   */
  readonly item?: (data: D) => readonly [missing: string, without: string];
}

export interface Reference {
  readonly title: string;
  readonly url: string;
}

/** One finding of a rule, before it has a status, a line or words. */
export interface Diagnostic {
  readonly messageId: string;
  readonly data: Data;
  readonly at: FieldOf;
  readonly container?: string;
  /** What was read to say this, assumptions included. */
  readonly evidence?: readonly Evidence[];
  /** Shown where time is the point. */
  readonly picture?: Picture;
}

/** The same object at base, with everything around it. */
export interface Before {
  readonly resource: Resource;
  readonly workload: Workload | null;
  readonly inventory: Inventory;
  readonly pairedBy: 'identity' | 'likeness';
  /** What Kubernetes says of updating base's object to head's, beyond what it says of creating it; null: not asked. */
  readonly update: readonly Problem[] | null;
}

/** What a rule is asked about: one object of one revision. */
export interface Subject {
  readonly resource: Resource;
  /** The object as a workload, or null when it owns no pods. */
  readonly workload: Workload | null;
  readonly inventory: Inventory;
  /** Null at base itself, and for an object that is new. */
  readonly before: Before | null;
  readonly cluster: Cluster;
  /** What the configuration states of the cluster and its workloads. */
  readonly environment: Environment;
  /** The rule's own options, each stated or default. */
  readonly options: Options;
}

export type Options = Readonly<Record<string, number>>;

/** A number that the configuration may set for a rule. */
export interface OptionSpec {
  readonly default: number;
  readonly minimum: number;
  readonly maximum: number;
  /** What it is, unit included, for the schema and the rule's page. */
  readonly description: string;
}

export interface Cluster {
  /** Minor version that the configuration states, e.g. `1.34`. */
  readonly kubernetesVersion: string;
  /** Minor version that the embedded engine validates as, e.g. `1.36`. */
  readonly engineVersion: string;
}

/** A rule: pure, one file, one test, one page. */
export interface Rule {
  readonly id: string;
  readonly category: Category;
  /** `workloads`: it has nothing to say of any other object, and is not asked. */
  readonly about?: 'workloads';
  /** The defect in a few words, for tables. */
  readonly title: string;
  readonly messages: Readonly<Record<string, Message>>;
  readonly references: readonly Reference[];
  readonly check: (subject: Subject) => Iterable<Diagnostic>;
  /** Says that something is nowhere: then the other units of the revision are looked at before it may speak. */
  readonly claimsAbsence?: true;
  /** By kebab-case name, with the unit at its end: `buffer-seconds`. */
  readonly options?: Readonly<Record<string, OptionSpec>>;
  /** Rows of the lifecycle card that belong to what the rule says. */
  readonly cites?: readonly TimelineName[];
  /** How bad, as one number with a unit, so that the same finding can get worse. */
  readonly badness?: (data: Data) => number;
}

/** Says that the object types of `messages` and `check` belong together; it changes nothing. */
export function defineRule<const R extends Rule>(rule: R): R {
  return rule;
}
