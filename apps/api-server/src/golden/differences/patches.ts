import { says, type Difference } from './difference';

const undecodable = /error found in #\d+ byte of/;

/** What patches answer otherwise. */
export const patchDifferences: readonly Difference[] = [
  {
    reason:
      'with field validation (on by default since 1.25) a patch is read by the strict decoder first, whose words and code are others',
    scenario:
      /^(JSON patch bad operations|a JSON patch whose test fails|merge patch corners|more patch types and media)$/,
    path: / status$|\.message$/,
    holds: ({ answered }) =>
      /error decoding patch: (json: cannot unmarshal|invalid character|unexpected end)/.test(String(answered)),
  },
  {
    reason: 'a merge patch that is no object is a bad request by now, and no error of the server',
    scenario: /^merge patch corners$/,
    path: /^step 8 status$/,
    holds: ({ answered }) => /^400 .*"message":"Invalid JSON Patch"/.test(String(answered)),
  },
  {
    reason: 'since 1.23 JSON is decoded by sigs.k8s.io/json, in the words of encoding/json and without the place',
    scenario: /^(merge patch corners|a (merge )?patch that changes who it is|patches of the scale)$/,
    path: /\.message$/,
    holds: ({ recorded, answered }) =>
      undecodable.test(String(recorded)) &&
      /^( "" is invalid: patch: )?Invalid value: "\{.*\}": (illegal base64 data at input byte 0|json: cannot unmarshal (object|string) into Go struct field [\w.]+ of type \w+)$/.test(
        String(answered),
      ),
  },
  {
    reason: 'every write compares the namespaces in one place by now, and in its words',
    scenario: /^a (merge )?patch that changes who it is$/,
    path: /\.message$/,
    holds: says('the namespace of the provided object does not match the namespace sent on the request'),
  },
  {
    reason: 'the json-patch library of 1.35 (4.12) lets a patch replace the whole document, which then has no name',
    scenario: /^JSON patch bad paths$/,
    path: /^step 8 status$/,
    holds: says('400 ', 'the name of the object (o based on URL) was undeterminable: name must be provided'),
  },
  {
    reason: 'scalars to delete that are no list are passed over by now, and no longer taken for the list itself',
    scenario: /^elements of a primitive list are deleted$/,
    path: /^step 3 status$/,
    holds: says('200 ', '"finalizers":["a.b/d"]'),
  },
  {
    reason: 'the words of owner references that are not whole are alike by now',
    scenario: /^a keyed list without the key$/,
    path: /message$/,
    holds: says('must not be empty'),
  },
  {
    reason: "mistakes show values that are not scalar as encoding/json prints them, no longer in Go's syntax",
    scenario: /^merge patch and lists$/,
    path: /message$/,
    holds: ({ recorded, answered }) =>
      String(recorded)
        .replace('map[string]string{"app":"x"}', '{"app":"x"}')
        .replace('map[string]string(nil)', 'null') === answered,
  },
  {
    reason:
      'what may change of a pod is listed with commas alone since 1.27, with the grace period among it; what differs follows as JSON, where upstream prints its own Go structs',
    scenario: /^a pod forbids most patches$/,
    path: /message$/,
    holds: says(
      '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
    ),
  },
  {
    reason: 'taints are shown as JSON too: of the internal type, whose fields have no JSON names',
    scenario: /^taints do not merge$/,
    path: /message$/,
    holds: says(
      'Duplicate value: {"Key":"b","Value":"","Effect":"NoSchedule","TimeAdded":null}: taints must be unique',
    ),
  },
];
