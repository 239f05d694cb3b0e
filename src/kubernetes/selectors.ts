export type Labels = Readonly<Record<string, string>>;

/** A label value that a placeholder stands for is unknown: it is absent from `labels` and named in `unknown`. */
export interface LabelSet {
  readonly labels: Labels;
  /** Keys whose value is not known. */
  readonly unknown: ReadonlySet<string>;
  /** True when further labels may be there that nobody can name (the map itself is a placeholder). */
  readonly open: boolean;
}

export interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}

/** A label selector with matchLabels turned into requirements; null selects nothing, an empty list everything. */
export type Selector = readonly Requirement[] | null;

export type Match = 'yes' | 'no' | 'unknown';

/** Kubernetes' rule: NotIn and DoesNotExist also match objects without the key. */
export function matchRequirement(requirement: Requirement, set: LabelSet): Match {
  const { key, operator, values } = requirement;
  const value = set.labels[key];
  if (value === undefined && (set.unknown.has(key) || set.open)) return 'unknown';
  const present = value !== undefined;
  const listed = present && values.includes(value);
  const matches = { In: listed, NotIn: !listed, Exists: present, DoesNotExist: !present }[operator];
  return matches ? 'yes' : 'no';
}

/** `no` when one requirement surely fails, `unknown` when the rest cannot be decided. */
export function matchSelector(selector: Selector, set: LabelSet): Match {
  if (selector === null) return 'no';
  const answers = selector.map((requirement) => matchRequirement(requirement, set));
  if (answers.includes('no')) return 'no';
  return answers.includes('unknown') ? 'unknown' : 'yes';
}

/** Requirements that surely fail on these labels. */
export function failingRequirements(selector: Selector, set: LabelSet): readonly Requirement[] {
  return (selector ?? []).filter((requirement) => matchRequirement(requirement, set) === 'no');
}
