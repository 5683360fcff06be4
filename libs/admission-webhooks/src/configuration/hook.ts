import type { LabelPredicate } from '@skiff/apimachinery';
import type { admissionregistrationv1 } from '@skiff/contracts';
import type { WebhookClientConfig } from '@skiff/webhook-client';

export type ReviewVersion = 'v1' | 'v1beta1';

/** Which objects a selector is for; absent: all. */
export type Selector = LabelPredicate | undefined;

/** A webhook of a configuration, ready to be asked. */
export interface Hook {
  readonly name: string;
  readonly configuration: string;
  readonly clientConfig: WebhookClientConfig;
  readonly rules: readonly admissionregistrationv1.RuleWithOperations[];
  /** Whether it is for other versions of what its rules name, too. */
  readonly isForEquivalents: boolean;
  readonly namespaceSelector: Selector;
  readonly objectSelector: Selector;
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
