import { byText } from '../text/order.ts';

export function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return byText(a.path, b.path);
}
