import { isEmptySelector, labelSelectorOrNone } from '@skiff/apimachinery';
import type { admissionregistrationv1, metav1 } from '@skiff/contracts';
import type { Hook, ReviewVersion, Selector } from './hook';

type Webhook = admissionregistrationv1.MutatingWebhook | admissionregistrationv1.ValidatingWebhook;

const defaultTimeoutSeconds = 10;

/** A webhook as it is asked. What a configuration lacks that was stored before there were defaults is filled in. */
export function compileHook(configuration: string, webhook: Webhook): Hook {
  const { name = '', clientConfig = {}, rules, failurePolicy, matchPolicy, sideEffects, timeoutSeconds } = webhook;
  return {
    name,
    configuration,
    clientConfig,
    rules: rules ?? [],
    isForEquivalents: matchPolicy !== 'Exact',
    namespaceSelector: compileSelector(webhook.namespaceSelector),
    objectSelector: compileSelector(webhook.objectSelector),
    failsOpen: failurePolicy === 'Ignore',
    timeoutMilliseconds: (timeoutSeconds ?? defaultTimeoutSeconds) * 1000,
    reviewVersion: (webhook.admissionReviewVersions ?? []).find(isKnown),
    allowsDryRun: sideEffects === 'None' || sideEffects === 'NoneOnDryRun',
    isReinvocable: 'reinvocationPolicy' in webhook && webhook.reinvocationPolicy === 'IfNeeded',
  };
}

const isKnown = (version: string): version is ReviewVersion => version === 'v1' || version === 'v1beta1';

/** Validation lets none through that cannot be read; one that is stored all the same is for nothing. */
function compileSelector(selector: metav1.LabelSelector | undefined): Selector {
  if (isEmptySelector(selector)) return undefined;
  return labelSelectorOrNone(selector) ?? (() => false);
}
