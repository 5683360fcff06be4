import type { autoscalingv2 } from '@skiff/contracts';

/** A metric as autoscaling/v1 keeps it in an annotation: the target is not an object of its own. */
export interface FlatMetric {
  readonly type?: string | undefined;
  readonly object?: FlatObject | undefined;
  readonly pods?: FlatNamed | undefined;
  readonly resource?: FlatResource | undefined;
  readonly containerResource?: FlatResource | undefined;
  readonly external?: FlatNamed | undefined;
}

/** Without the prefixes `target` and `current`, of which a metric has one in every field. */
export interface FlatResource {
  readonly [field: string]: string | number | undefined;
}

export interface FlatNamed {
  readonly [field: string]: unknown;
}

interface FlatObject extends FlatNamed {
  readonly target?: autoscalingv2.CrossVersionObjectReference | undefined;
}

export type Values = {
  averageUtilization?: number | undefined;
  averageValue?: string | undefined;
  value?: string | undefined;
};

/** Without fields that say nothing. */
export function present<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
