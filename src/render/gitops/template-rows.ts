import type { GitOpsContext } from './context.ts';
import { filledIn } from './parameter-texts.ts';
import type { ParameterSet } from './parameters.ts';
import type { TemplateFailure } from './templates.ts';

/** What each text gives for one set of parameters, or why they give nothing. */
export type Row = readonly string[] | TemplateFailure;

interface Templates {
  readonly goTemplate: boolean;
  readonly needsKeys: boolean;
}

/** Evaluations that may fail before the rest is given up. */
const mostFailures = 20;

/** The texts for each set. One that fails takes no other with it: Argo CD makes the Applications of the rest. */
export async function rowsOf(
  texts: readonly string[],
  sets: readonly ParameterSet[],
  templates: Templates,
  context: GitOpsContext,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let failures = 0;
  const fill = async (some: readonly ParameterSet[]): Promise<void> => {
    if (some.length === 0) return;
    const found = await filledIn(texts, some, templates.goTemplate, context.evaluate);
    if (!('failure' in found)) {
      rows.push(...found.map((row) => checked(row, texts, templates)));
      return;
    }
    failures += 1;
    if (some.length === 1 || failures > mostFailures) rows.push(found);
    else {
      const middle = some.length >> 1;
      await fill(some.slice(0, middle));
      await fill(some.slice(middle));
    }
  };
  await fill(sets);
  return rows;
}

const noValue = '<no value>';

function checked(
  row: readonly string[],
  texts: readonly string[],
  { goTemplate, needsKeys }: Templates,
): Row {
  if (!goTemplate || !needsKeys) return row;
  const index = row.findIndex((text, i) => text.includes(noValue) && !texts[i]?.includes(noValue));
  return index < 0 ? row : { failure: 'it names a parameter that is not there', template: index, line: null };
}
