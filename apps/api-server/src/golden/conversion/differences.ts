import { says, type Difference } from '../differences/difference';

/** Where the answer about conversion is right though it is not the recorded one, and why. */
export const differences: readonly Difference[] = [
  {
    reason: 'upstream forgets every owner once a default of one version is no field of the other, which is a defect',
    path: /metadata\.managedFields$/,
    holds: ({ recorded, answered }) => recorded === undefined && Array.isArray(answered),
  },
  {
    reason: 'upstream says in which file of its source the kinds of webhooks are listed',
    scenario: /^a webhook with a wrong review/,
    path: /^step \d+\.message$/,
    holds: says('is registered for version "apiextensions.k8s.io/v7" in scheme "webhooks"'),
  },
];
