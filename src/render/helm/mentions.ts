import type { ValuesPath } from '../../engines/helm-reads.ts';
import type { InputFile } from './chart-input.ts';

/** Which names the templates of a chart, and of the charts below it, can look up. */
export class Mentions {
  /** Something of the chart cannot be looked at, or takes values as a whole: then anything may be read. */
  readonly isOpaque: boolean;
  readonly #words: ReadonlySet<string>;
  readonly #actions: string;
  readonly #silent: ReadonlySet<string>;

  constructor(files: readonly InputFile[]) {
    const texts = files.map(({ path, bytes }) => ({ path, text: new TextDecoder().decode(bytes) }));
    const charts = texts
      .filter(({ path }) => /(^|\/)(Chart|requirements)\.yaml$/.test(path))
      .map(({ text }) => text);
    const actions = texts.flatMap(({ text }) => actionsIn(text));
    this.#actions = actions.join('\n');
    this.#words = new Set([...actions, ...charts].flatMap((text) => text.match(/[A-Za-z0-9_-]+/g) ?? []));
    // The release's own values taken whole, or by a key that only the render knows.
    const whole = /\.Values(?![\w.])/g;
    const named = this.#actions.replace(/\b(index|get|hasKey)\s+\(?\$?[\w.]*\.Values\)?\s+"/g, '');
    this.isOpaque =
      whole.test(named) ||
      texts.some(({ path }) => /(^|\/)charts\/[^/]+\.tgz$/.test(path)) ||
      charts.some((text) => text.includes('import-values'));
    this.#silent = new Set(['global', 'tags', 'exports']);
  }

  /** Whether nothing in the texts says that the key is read. */
  mayBeUnread(path: ValuesPath): boolean {
    if (this.#silent.has(String(path[0]))) return false;
    const [key, ...above] = [...path].reverse().map(String);
    if (key === undefined || !/^[A-Za-z][\w-]*$/.test(key) || this.#words.has(key)) return false;
    return above.every((name) => this.#onlyLookedInto(name));
  }

  /** Whether every mention of a name goes on to one of its keys: `.a.b`, never `toYaml .a` or `"a"`. */
  #onlyLookedInto(name: string): boolean {
    if (!/^[A-Za-z_]\w*$/.test(name)) return false;
    const mention = new RegExp(`(["\`])${name}\\1|\\.${name}(?![\\w.-])`);
    return !mention.test(this.#actions);
  }
}

/** Everything between `{{` and `}}`; a pattern would begin anew at each opening that nothing closes. */
function actionsIn(text: string): readonly string[] {
  const actions: string[] = [];
  for (let from = text.indexOf('{{'); from >= 0; ) {
    const to = text.indexOf('}}', from);
    if (to < 0) break;
    actions.push(text.slice(from, to + 2));
    from = text.indexOf('{{', to);
  }
  return actions;
}
