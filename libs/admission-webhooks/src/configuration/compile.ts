import { compileExpression, compileSelectors, policyEnvironment } from '@skiff/admission-rules';
import type { admissionregistrationv1 } from '@skiff/contracts';
import type { Hook, ReviewVersion } from './hook';

type Webhook = admissionregistrationv1.MutatingWebhook | admissionregistrationv1.ValidatingWebhook;

const defaultTimeoutSeconds = 10;

const environment = policyEnvironment({ hasParams: false, hasAuthorizer: true });

/** A webhook as it is asked. What a configuration lacks that was stored before there were defaults is filled in. */
export function compileHook(configuration: string, webhook: Webhook): Hook {
  const { name = '', clientConfig = {}, rules, failurePolicy, matchPolicy, sideEffects, timeoutSeconds } = webhook;
  return {
    name,
    configuration,
    clientConfig,
    rules: rules ?? [],
    isForEquivalents: matchPolicy !== 'Exact',
    ...compileSelectors(webhook),
    conditions: (webhook.matchConditions ?? []).map(({ name: condition = '', expression = '' }) => ({
      name: condition,
      expression: compileExpression(expression, environment, ['bool']),
    })),
    failsOpen: failurePolicy === 'Ignore',
    timeoutMilliseconds: (timeoutSeconds ?? defaultTimeoutSeconds) * 1000,
    reviewVersion: (webhook.admissionReviewVersions ?? []).find(isKnown),
    allowsDryRun: sideEffects === 'None' || sideEffects === 'NoneOnDryRun',
    isReinvocable: 'reinvocationPolicy' in webhook && webhook.reinvocationPolicy === 'IfNeeded',
  };
}

const isKnown = (version: string): version is ReviewVersion => version === 'v1' || version === 'v1beta1';
