import type { Condition, Rules, Selectors } from '@skiff/admission-rules';
import type { WebhookClientConfig } from '@skiff/webhook-client';

export type ReviewVersion = 'v1' | 'v1beta1';

/** A webhook of a configuration, ready to be asked. */
export interface Hook extends Rules, Selectors {
  readonly name: string;
  readonly configuration: string;
  readonly clientConfig: WebhookClientConfig;
  /** It is asked only about writes that meet all of them. */
  readonly conditions: readonly Condition[];
  /** Whether a write goes on when it cannot be asked. */
  readonly failsOpen: boolean;
  readonly timeoutMilliseconds: number;
  /** Absent where it understands none that is known. */
  readonly reviewVersion: ReviewVersion | undefined;
  /** Whether a dry run may be shown to it. */
  readonly allowsDryRun: boolean;
  /** Whether it is asked again when somebody after it changes the object. */
  readonly isReinvocable: boolean;
}

/** Whose configuration it is, for metrics, annotations and events. */
export type WebhookType = 'mutating' | 'validating';
