import type { ParameterSet, Parameters } from './parameters.ts';
import type { EvaluateTemplates, TemplateFailure } from './templates.ts';

/** Each text with each set of parameters put in, for each set. */
export async function filledIn(
  texts: readonly string[],
  sets: readonly ParameterSet[],
  goTemplate: boolean,
  evaluate: EvaluateTemplates,
): Promise<readonly (readonly string[])[] | TemplateFailure> {
  if (!goTemplate) return sets.map(({ values }) => texts.map(replacedBy(values)));
  const unknown = [...new Set(sets.flatMap((set) => set.unknown))];
  const open: string[] = [];
  for (const [index, text] of texts.entries()) {
    // A line as a whole may be unknown; of a longer text it would be too much.
    const opened = withUnknowns(text, unknown) ?? (text.includes('\n') ? null : placeholder(unknown[0]!));
    if (opened === null)
      return { failure: 'what only the cluster knows decides what it says', template: index, line: null };
    open.push(opened);
  }
  return evaluate(
    open,
    sets.map(({ values }) => values),
  );
}

/** Without Go's templates a name without a value stays as it is written. */
export function replacedBy(parameters: Parameters): (text: string) => string {
  return (text) =>
    text.replace(/\{\{(.*?)\}\}/gs, (whole, name: string) => {
      const value = Object.hasOwn(parameters, name.trim()) ? parameters[name.trim()] : undefined;
      return typeof value === 'string' ? value : whole;
    });
}

const action = /\{\{(-?)((?:`[^`]*`|"(?:[^"\\\n]|\\.)*"|(?!-?\}\})[^`"])*)(-?)\}\}/g;
const literal = /`[^`]*`|"(?:[^"\\\n]|\\.)*"/g;
const control = /^(?:if|else|end|with|range|define|block|template|break|continue)\b|:?=/;

/**
 * The text with a placeholder for each expression that prints something of an unknown parameter; null where an unknown
 * decides more than that.
 */
export function withUnknowns(text: string, unknown: readonly string[]): string | null {
  if (unknown.length === 0) return text;
  let isDecided = true;
  const opened = text.replace(action, (whole, left: string, inner: string, right: string) => {
    const name = unknownIn(inner, unknown);
    if (name === null) return whole;
    if (control.test(inner.trim().replace(literal, '""'))) isDecided = false;
    return placeholder(name, left, right);
  });
  return isDecided ? opened : null;
}

function placeholder(name: string, left = '', right = ''): string {
  return `{{${left} \`\${${name}}\` ${right}}}`;
}

/** The first unknown parameter that an expression may read: by its name, or with the whole of the parameters. */
function unknownIn(expression: string, unknown: readonly string[]): string | null {
  const plain = expression.replace(literal, (quoted) =>
    unknown.includes(quoted.slice(1, -1)) ? quoted : '""',
  );
  const field = /(?:^|[\s(|,$])\.([A-Za-z_]\w*)((?:\.\w+)*)/g;
  for (const [, root = '', rest = ''] of plain.matchAll(field))
    if (unknown.includes(root)) return `${root}${rest}`;
  const named = unknown.find((name) => plain.includes(`"${name}"`) || plain.includes(`\`${name}\``));
  const isWhole = /(?:^|[\s(|,])[$.](?=$|[\s)|,])/.test(plain.trim());
  return named ?? (isWhole ? unknown[0]! : null);
}
