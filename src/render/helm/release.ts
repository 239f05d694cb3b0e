import type { RevisionSide } from '../../text/location.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import type { ChartInput } from './chart-input.ts';
import type { Charts } from './charts.ts';
import type { ValuesSet } from './values-sets.ts';

/** One release of one chart at one revision. */
export interface ReleaseRequest {
  readonly unit: string;
  readonly charts: Charts;
  readonly input: ChartInput;
  readonly set: ValuesSet;
  /** Name of the set in the report: head's words for both revisions. */
  readonly setName: string;
  readonly releaseName: string;
  readonly revision: RevisionSide;
}

/** What a render lacks, its unit aside. */
export type Trouble = Omit<NotChecked, 'unit'>;
