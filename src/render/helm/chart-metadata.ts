import { valueAt } from '../../manifest/field-path.ts';
import { parseStream } from '../../manifest/parse.ts';
import type { Limits } from '../../text/limits.ts';

export interface ChartDependency {
  readonly name: string;
  readonly version: string;
  /** As written, without user information; empty where none is stated. */
  readonly repository: string;
  readonly alias: string | null;
  /** Which of its values the parent takes over, and to where. */
  readonly imports: readonly { readonly child: readonly string[]; readonly parent: readonly string[] }[];
}

/** What Chart.yaml (and the older requirements.yaml) says. */
export interface ChartMetadata {
  readonly name: string;
  readonly version: string;
  readonly library: boolean;
  readonly dependencies: readonly ChartDependency[];
}

/** Reads Chart.yaml; what cannot be read is left empty, since Helm itself will say what is wrong. */
export function parseChartMetadata(
  chart: string,
  requirements: string | null,
  limits: Limits,
): ChartMetadata {
  const value = firstValue(chart, limits);
  const older = requirements === null ? undefined : firstValue(requirements, limits);
  const listed = valueAt(value, ['dependencies']) ?? valueAt(older, ['dependencies']);
  return {
    name: text(valueAt(value, ['name'])),
    version: text(valueAt(value, ['version'])),
    library: valueAt(value, ['type']) === 'library',
    dependencies: Array.isArray(listed) ? listed.map(dependencyOf).filter(({ name }) => name !== '') : [],
  };
}

function firstValue(source: string, limits: Limits): unknown {
  return parseStream(source, limits).documents[0]?.value;
}

function dependencyOf(value: unknown): ChartDependency {
  const alias = text(valueAt(value, ['alias']));
  return {
    name: text(valueAt(value, ['name'])),
    version: text(valueAt(value, ['version'])),
    repository: text(valueAt(value, ['repository'])).replace(/\/\/[^/@]*@/, '//'),
    alias: alias === '' ? null : alias,
    imports: importsOf(valueAt(value, ['import-values'])),
  };
}

/** A bare name stands for what the child states below `exports`. */
function importsOf(value: unknown): ChartDependency['imports'] {
  if (!Array.isArray(value)) return [];
  return value.map((item: unknown) =>
    typeof item === 'string'
      ? { child: ['exports', ...steps(item)], parent: [] }
      : { child: steps(valueAt(item, ['child'])), parent: steps(valueAt(item, ['parent'])) },
  );
}

function steps(value: unknown): readonly string[] {
  return text(value)
    .split('.')
    .filter((step) => step !== '');
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
