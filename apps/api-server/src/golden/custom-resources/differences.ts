import { gone, says, type Difference } from '../differences/difference';

/** Where the answer about custom resources is right though it is not the recorded one, and why. */
export const differences: readonly Difference[] = [
  {
    reason: 'columns, and the fields that every object has, are described in words of our own',
    path: /(columnDefinitions\.\d+|properties\.(apiVersion|kind|metadata))\.description$/,
    holds: ({ recorded }) =>
      /^(Name must be unique|CreationTimestamp is|APIVersion defines|Kind is a|Standard object's)/.test(
        String(recorded),
      ),
  },
  {
    reason: 'upstream prints the Go struct of a whole schema, of which most fields say nothing; here it is its JSON',
    scenario: /^subresources of a definition/,
    path: /^step 4\.(message|details\.causes\.0\.message)$/,
    holds: says(
      '"oneOf":[{"required":["spec"]}]',
      'fields are allowed at the root of the schema if the status subresource is enabled',
    ),
  },
  {
    reason: 'a list that is empty is as good as one that is not there, and is shown as null',
    scenario: /^status\.storedVersions follows/,
    path: /^step 6\.status\.storedVersions$/,
  },
  {
    reason: 'mistakes in YAML are told in the words of the parser that we have',
    scenario: /^kind and apiVersion of a custom resource/,
    path: /^step 20\.message$/,
    holds: says('the object provided is unrecognized (must be of type Thing): ', 'yaml: line '),
  },
  {
    reason: 'whoever accepts nothing that there is, is told so by one Status, of whatever resource',
    scenario: /^kind and apiVersion of a custom resource/,
    path: /^step 21\.(message|details)$/,
  },
  {
    reason: 'YAML is read by another library, which says in its own words what is wrong',
    scenario: /^apply needs a manager/,
    path: /message$/,
    holds: says('error decoding YAML: error converting YAML to JSON: yaml: line '),
  },
];
