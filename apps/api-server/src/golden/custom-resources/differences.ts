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
    reason: 'upstream takes labels that are sent with a status, and says of nobody that he owns them',
    scenario: /^a definition changes generation/,
    path: /^step 8\.metadata\.managedFields\.2$/,
  },
  {
    reason: 'who writes a status owns what is stored of it: metadata that was sent along is not',
    scenario: /^a status subresource keeps/,
    path: /^step [789]\.metadata\.managedFields\.1\.fieldsV1\.f:metadata$/,
    holds: gone,
  },
  {
    reason: 'a definition that waits has no grace period, and a second deletion gives it none',
    scenario: /^deleting a definition/,
    path: /^step 12\.metadata\.deletionGracePeriodSeconds$/,
    holds: gone,
  },
  {
    reason: 'upstream says "characters" here, and "bytes" for every other kind; it counts bytes',
    scenario: /^metadata of a custom resource/,
    path: /^step 7\.(message|details\.causes\.0\.message)$/,
    holds: says('must be no more than 253 bytes'),
  },
  {
    reason: 'options of a wrong kind are refused in the words of every other resource',
    scenario: /^finalizers and preconditions/,
    path: /^step 8\.message$/,
    holds: says('Pod in version "v1" cannot be handled as a DeleteOptions'),
  },
  {
    reason: 'mistakes in YAML are told in the words of the parser that we have',
    scenario: /^apply needs a manager/,
    path: /^step 12\.message$/,
    holds: says('error decoding YAML: error converting YAML to JSON: yaml: line '),
  },
  {
    reason: 'upstream forgets who owns what when it cannot find a field in another version; here nothing is forgotten',
    scenario: /^conversion None only/,
    path: /managedFields$/,
    holds: ({ recorded }) => recorded === undefined,
  },
  {
    reason: 'nothing is created at the path of an object: the method is not allowed there, as for every other kind',
    scenario: /^a namespace that is not there/,
    path: /^step 9 status$/,
  },
  {
    reason: 'who accepts the beta of aggregated discovery alone gets the list that there was before it',
    scenario: /^discovery of a custom group/,
    path: /^step 9 status$/,
  },
  {
    reason: 'what was not stored has no version, whatever was sent',
    scenario: /^metadata of a custom resource/,
    path: /^step 20\.metadata\.resourceVersion$/,
    holds: gone,
  },
];
