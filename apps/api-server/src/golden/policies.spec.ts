import { setTimeout as sleep } from 'node:timers/promises';
import { says, type Difference } from './differences/difference';
import { readScenarios } from './scenario';
import { describeRecording } from './recording';

const differences: readonly Difference[] = [
  {
    reason: 'not a change of Kubernetes: a member of null is an operation that there is not, to our expressions',
    scenario: /^without a reference the parameter is null$/,
    path: /message$/,
    holds: says('resulted in error: no such overload'),
  },
  {
    reason: 'the client is known by a certificate here, which gives no uid, and says which certificate it was',
    scenario: /^what a request tells$/,
    path: /^step (20|21)\..*message$/,
    holds: ({ answered }) => /denied request: (none|15: true)$/.test(String(answered)),
  },
];

const mutates = 'mutating policies are not evaluated yet';
const isAboutMutation = (scenario: object): boolean => JSON.stringify(scenario).includes('MutatingAdmissionPolicy');
/** It changes nothing, which is what is recorded. */
const emptyOnes = 'an empty JSON patch and an empty configuration change nothing';
const pending = readScenarios('policies')
  .filter(isAboutMutation)
  .map(({ scenario }) => [scenario, mutates] as const);

describeRecording({
  name: 'policies',
  differences,
  pending: new Map(pending.filter(([scenario]) => scenario !== emptyOnes)),
  // Definitions and policies count a moment after they are written.
  sleep: () => sleep(50),
});
