/** The value of a `$(( … ))` expression over whole numbers; null when something in it is not known. */
export function evaluateArithmetic(
  expression: string,
  lookUp: (name: string) => string | null,
): number | null {
  if (expression.length > 200) return null;
  const tokens = expression.match(/\d+|\$?[A-Za-z_]\w*|[-+*/%()]|\S/g) ?? [];
  let at = 0;

  const primary = (): number | null => {
    const token = tokens[at];
    at += 1;
    if (token === '-') return apply('-', 0, primary());
    if (token === '(') {
      const inner = level(0);
      at += 1;
      return tokens[at - 1] === ')' ? inner : null;
    }
    return token === undefined
      ? null
      : number(/^\$?[A-Za-z_]/.test(token) ? lookUp(token.replace('$', '')) : token);
  };

  const level = (depth: number): number | null => {
    const operators = [
      ['+', '-'],
      ['*', '/', '%'],
    ][depth];
    if (operators === undefined) return primary();
    let left = level(depth + 1);
    for (let token = tokens[at]; token !== undefined && operators.includes(token); token = tokens[at]) {
      at += 1;
      left = apply(token, left, level(depth + 1));
    }
    return left;
  };

  const value = level(0);
  return at === tokens.length ? value : null;
}

/** A decimal number; one with a leading zero would be octal. */
function number(text: string | null): number | null {
  return text !== null && /^(0|[1-9]\d{0,9})$/.test(text) ? Number(text) : null;
}

function apply(operator: string, a: number | null, b: number | null): number | null {
  if (a === null || b === null) return null;
  if (operator === '+') return a + b;
  if (operator === '-') return a - b;
  if (operator === '*') return a * b;
  if (b === 0) return null;
  return operator === '/' ? Math.trunc(a / b) : a % b;
}
