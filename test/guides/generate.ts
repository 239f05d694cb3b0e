import { readGuides } from './data.ts';
import { guidesPage } from './page.ts';
import { reviewGuides } from './review.ts';

/** The text of `docs/guides.md`, with every example judged anew: what `src/docs.mjs` writes. */
export async function guidesText(): Promise<string> {
  const guides = readGuides();
  return guidesPage(guides, await reviewGuides(guides));
}
