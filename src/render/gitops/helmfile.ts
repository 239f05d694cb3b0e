import { valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { parseStream } from '../../manifest/parse.ts';
import { code } from '../../text/escape.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import { byText } from '../../text/order.ts';
import type { Layout } from '../layout.ts';
import { baseNameOf, folderOf } from '../paths.ts';
import { type GitOpsContext, mostReleases } from './context.ts';
import { type Focus, isInFocus } from './helmfile-focus.ts';
import { releaseOfHelmfile } from './helmfile-release.ts';
import { filesOf, HelmfileProblem, listAt, type State, stateOf, templateContext } from './helmfile-state.ts';
import type { HelmfileRelease } from './helmfile-values.ts';
import type { Found, Release } from './release.ts';

/** Whether a file is one that helmfile reads by itself: https://helmfile.readthedocs.io/en/latest/ */
export function isHelmfile(path: string): boolean {
  const name = baseNameOf(path);
  if (/^helmfile\.ya?ml(\.gotmpl)?$/.test(name)) return true;
  return baseNameOf(folderOf(path)) === 'helmfile.d' && /\.ya?ml(\.gotmpl)?$/.test(name);
}

/** Nested helmfiles are followed so far. */
const deepest = 10;
const mostEnvironments = 30;

/** Every file of a revision that helmfile reads by itself, sorted. */
export function helmfilePaths(layout: Layout): readonly string[] {
  const paths = layout.entries.filter(({ type }) => type === 'file').map(({ path }) => path);
  return paths.filter((path) => isHelmfile(path) && layout.selects(path)).sort(byText);
}

/** Helmfiles that stand for themselves, each with the ones that it names as far as its text tells. */
async function rootHelmfiles({ layout, real, read }: Texts): Promise<ReadonlyMap<string, readonly string[]>> {
  const named = new Map<string, readonly string[]>();
  for (const path of helmfilePaths(layout))
    named.set(path, namedIn(path, (await read(path)) ?? '', { layout, real }));
  const nested = new Set([...named.values()].flat());
  return new Map([...named].filter(([path]) => !nested.has(path)));
}

type Texts = Pick<GitOpsContext, 'layout' | 'real' | 'read'>;

/** Helmfiles and bases that another one names, without a look at its values. */
function namedIn(
  path: string,
  text: string,
  context: Pick<GitOpsContext, 'layout' | 'real'>,
): readonly string[] {
  if (!/\b(helmfiles|bases):/.test(text)) return [];
  const names = [...text.matchAll(/^\s*-\s*(?:path:\s*)?["']?([^\s"'{}]+\.ya?ml(?:\.gotmpl)?)["']?\s*$/gm)];
  return names.flatMap(([, name]) => {
    const files = filesOf(name!, path, context);
    return 'paths' in files ? files.paths.filter((each) => each !== path) : [];
  });
}

/** The helmfiles of a revision that can have to do with what a review looks at. */
export async function helmfilesInFocus(texts: Texts, focus: Focus): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [path, named] of await rootHelmfiles(texts)) {
    for (const each of [path, ...named]) {
      if (!isInFocus(each, (await texts.read(each)) ?? '', focus)) continue;
      found.push(path);
      break;
    }
  }
  return found;
}

/**
 * What the helmfiles of the tree release, in every environment that they name. Their templates are evaluated; nothing
 * they name is executed or fetched. `wanted`: the ones to keep to.
 */
export async function helmfileReleases(
  context: GitOpsContext,
  wanted: ReadonlySet<string> | null,
): Promise<Found> {
  const reader = new HelmfileReader(context);
  for (const path of (await rootHelmfiles(context)).keys())
    if (wanted === null || wanted.has(path)) await reader.read(path);
  return { releases: reader.releases, notChecked: reader.notChecked };
}

/** The environments that a helmfile names in plain YAML. */
function namesIn(text: string, { limits }: GitOpsContext): readonly string[] {
  return parseStream(text, limits).documents.flatMap(({ value }) => {
    const stated = valueAt(value, ['environments']);
    return isMap(stated) ? Object.keys(stated) : [];
  });
}

class HelmfileReader {
  readonly releases: Release[] = [];
  readonly notChecked: NotChecked[] = [];
  readonly #context: GitOpsContext;

  constructor(context: GitOpsContext) {
    this.#context = context;
  }

  async read(path: string): Promise<void> {
    const names = await this.#guarded(path, async () => {
      const plain = namesIn((await this.#context.read(path)) ?? '', this.#context);
      if (plain.length > 0) return plain;
      const { value } = await stateOf(path, 'default', {}, this.#context);
      const stated = valueAt(value, ['environments']);
      return isMap(stated) && Object.keys(stated).length > 0 ? Object.keys(stated) : ['default'];
    });
    for (const name of (names ?? []).slice(0, mostEnvironments))
      await this.#guarded(path, () => this.#environment(path, name, {}, [path]));
  }

  async #environment(path: string, name: string, given: unknown, way: readonly string[]): Promise<void> {
    const state = await stateOf(path, name, given, this.#context);
    for (const entry of listAt(state.value, ['helmfiles'])) {
      const stated = typeof entry === 'string' ? entry : String(valueAt(entry, ['path']) ?? '');
      await this.#nested(stated, entry, state, name, [...way, path]);
    }
    for (const release of this.#releasesIn(state, path, name)) {
      if (this.releases.length > mostReleases) return;
      await this.#guarded(path, async () => {
        const found = await releaseOfHelmfile(release, this.#context);
        if (found === null) return;
        if ('reason' in found) this.notChecked.push(found);
        else this.releases.push(found);
      });
    }
  }

  async #nested(
    stated: string,
    entry: unknown,
    state: State,
    name: string,
    way: readonly string[],
  ): Promise<void> {
    const from = way.at(-1)!;
    const files = filesOf(stated, from, this.#context);
    if ('assumption' in files) {
      this.#say(from, null, 'remote-source', `Its helmfile ${code(stated)} is not in this repository.`);
      return;
    }
    let values: unknown = state.values;
    for (const each of listAt(entry, ['values']))
      if (isMap(each)) values = { ...(values as object), ...each };
    const { layout } = this.#context;
    const paths = files.paths.flatMap((path) =>
      layout.entry(path) !== undefined
        ? [path]
        : layout
            .below(path)
            .map((each) => each.path)
            .filter(isHelmfile),
    );
    for (const path of paths) {
      if (way.includes(path) || way.length > deepest) {
        this.#say(
          path,
          null,
          'unsupported',
          `It is part of a circle of helmfiles, or nested deeper than ${deepest}.`,
        );
      } else await this.#guarded(path, () => this.#environment(path, name, values, way));
    }
  }

  #releasesIn(state: State, path: string, environment: string): readonly HelmfileRelease[] {
    const dot = templateContext(environment, state.values);
    return state.releases.map((each) => ({ ...each, state, helmfile: path, environment, dot }));
  }

  async #guarded<T>(path: string, work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (problem) {
      if (!(problem instanceof HelmfileProblem)) throw problem;
      const place = `${problem.path}${problem.line === null ? '' : `:${problem.line}`}`;
      const detail = `${code(path)} is not followed: ${problem.message} (${code(place)}).`;
      this.#say(problem.path, problem.line, 'unsupported', detail, path);
      return null;
    }
  }

  #say(
    path: string,
    line: number | null,
    reason: NotChecked['reason'],
    detail: string,
    helmfile = path,
  ): void {
    const unit = `helmfile:${helmfile}`;
    const known = this.notChecked.some(
      (each) => each.path === path && each.line === line && each.detail === detail,
    );
    if (!known) this.notChecked.push({ unit, path, reason, detail, line });
  }
}
