import type { Finding } from '../review/report.ts';
import { safeForLog, safeLine } from './safe-text.ts';

type Level = 'error' | 'warning' | 'notice';

export interface Annotation {
  readonly level: Level;
  readonly message: string;
  readonly properties: AnnotationProperties;
}

interface AnnotationProperties {
  readonly title: string;
  readonly file?: string;
  readonly startLine?: number;
  readonly endLine?: number;
}

/** The three functions of @actions/core, which escape for the runner; passed in. */
export type AnnotationSink = Readonly<
  Record<Level, (message: string, properties: AnnotationProperties) => void>
>;

export interface AnnotationPlan {
  readonly annotations: readonly Annotation[];
  /** Findings over the runner's limit, per level; say how many. */
  readonly left: Readonly<Record<Level, number>>;
}

/** The runner shows this many of each level for a step and drops the rest without a word. */
const mostOfLevel = 10;
const levels = { error: 'error', warning: 'warning', info: 'notice' } as const;

/** Findings as annotations of the run, in the order given: the way out when nothing can be posted. */
export function planAnnotations(findings: readonly Finding[]): AnnotationPlan {
  const annotations: Annotation[] = [];
  const left = { error: 0, warning: 0, notice: 0 };
  for (const finding of findings) {
    const level = levels[finding.severity];
    if (annotations.filter((annotation) => annotation.level === level).length === mostOfLevel)
      left[level] += 1;
    else annotations.push(annotationOf(finding, level));
  }
  return { annotations, left };
}

export function annotate(plan: AnnotationPlan, sink: AnnotationSink): void {
  for (const { level, message, properties } of plan.annotations) sink[level](message, properties);
}

function annotationOf({ title, message, why, ruleId, ...finding }: Finding, level: Level): Annotation {
  return {
    level,
    message: safeForLog(`${message}\n${why}\n(${ruleId})`),
    properties: { title: safeLine(title.replaceAll('**', ''), 255), ...placeOf(finding) },
  };
}

// An annotation points into head: the cause where that is in head, else the place that a review would use.
function placeOf({ location, placement }: Pick<Finding, 'location' | 'placement'>) {
  if (location?.revision === 'head') {
    return { file: location.path, startLine: location.startLine, endLine: location.endLine };
  }
  if (placement.path === null || placement.startLine === null || placement.side === 'LEFT') return {};
  return {
    file: placement.path,
    startLine: placement.startLine,
    endLine: placement.endLine ?? placement.startLine,
  };
}
