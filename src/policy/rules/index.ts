import type { Rule } from '../rule.ts';
import { renderBroken } from './kubernetes/render-broken.ts';

/** Every rule, in the order in which one object's findings are told. */
export const rules: readonly Rule[] = [renderBroken];
