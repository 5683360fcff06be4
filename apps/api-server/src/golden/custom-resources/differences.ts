import { says, type Difference } from '../differences/difference';

/** Where the answer about custom resources is right though it is not the recorded one, and why. */
export const differences: readonly Difference[] = [
  {
    reason: 'columns are described in words of our own',
    scenario: /^applying a definition and reading it as a table$/,
    path: /columnDefinitions\.\d+\.description$/,
  },
  {
    reason: 'YAML is read by another library, which says in its own words what is wrong',
    scenario: /^apply needs a manager/,
    path: /message$/,
    holds: says('error decoding YAML: error converting YAML to JSON: yaml: line '),
  },
];
