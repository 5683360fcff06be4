import { compareAnswer } from '../compare-answer';
import { says, type Difference } from './difference';

/** What 1.35 says before, or in place of, what 1.20 said of a webhook that failed. */
const newWords: readonly (readonly [RegExp, string])[] = [
  [/failed calling webhook "[^"]+": received undecodable patch in webhook response: /g, ''],
  [/(failed calling webhook "[^"]+": )(?:failed to call webhook|received invalid webhook response): /g, '$1'],
  [/tls: failed to verify certificate: /g, ''],
  [/in scheme "[^"]*"/g, 'in scheme "k8s.io/apiserver/pkg/util/webhook/client.go:71"'],
];

const inWords = (words: readonly (readonly [RegExp, string])[], text: unknown): string =>
  words.reduce((told, [found, replacement]) => told.replace(found, replacement), String(text));

/** Lists as Go prints them, as JSON. */
function listsInJson(text: unknown): string {
  return String(text).replace(/\[\](?:string|admissionregistration\.OperationType)\{([^}]*)\}/g, (_, items: string) => {
    const values = items === '' ? [] : (JSON.parse(`[${items}]`) as unknown);
    return JSON.stringify(values);
  });
}

const same = (recorded: unknown, answered: unknown): boolean => compareAnswer(recorded, answered, '').length === 0;

/** What is answered otherwise where webhooks are asked. */
export const webhookDifferences: readonly Difference[] = [
  {
    reason:
      'what a webhook failed of begins with the step that failed since 1.24, and with TLS since Go 1.20; the name of a scheme of Go is none here',
    scenario: /hook|nobody answers/,
    path: /message$/,
    holds: ({ recorded, answered }) => same(recorded, inWords(newWords, answered)),
  },
  {
    reason: 'a patch that cannot be read is a failed call since 1.25, which a failure policy may ignore',
    scenario: /^patches of a hook that do not work, ignored$/,
    path: /^step [46] status$/,
    holds: says('201 '),
  },
  {
    reason: 'evictions are of policy/v1 since 1.22',
    scenario: /^what a hook is asked about an eviction$/,
    path: /message$/,
    holds: ({ recorded, answered }) => same(String(recorded).replaceAll('v1beta1', 'v1'), answered),
  },
  {
    reason: 'lists in mistakes are shown as JSON since 1.34',
    scenario: /of hooks$/,
    path: /message$/,
    holds: ({ recorded, answered }) => listsInJson(recorded) === answered,
  },
  {
    reason: 'since 1.21 the field manager leaves what is stored as it is, so that webhooks see who managed it before',
    scenario: /^(what a hook is asked at an update|hooks and namespaces|custom resources and versions of a rule)$/,
    path: /message$/,
    holds: ({ recorded, answered }) =>
      same(String(recorded).replace(/("oldObject": \{[^}]*"hasManagedFields": )false/, '$1true'), answered),
  },
  {
    reason: 'not a change of Kubernetes: webhooks are shown the options of a deletion as the client sent them',
    scenario: /^hooks and namespaces$/,
    path: /^step 4\.message$/,
    holds: ({ recorded, answered }) =>
      same(String(recorded).replace(', "preconditions": {"uid": "<uid>"}', ''), answered),
  },
  {
    reason: 'Services have internal traffic policies and families of addresses by now, which webhooks see too',
    scenario: /^the object a hook sees has its defaults$/,
    path: /^step 3\.message$/,
    holds: ({ recorded, answered }) =>
      same(
        recorded,
        String(answered).replace(/"(internalTrafficPolicy|ipFamilyPolicy)": "\w+", |"ipFamilies": \["IPv4"\], /g, ''),
      ),
  },
  {
    reason: 'pods count generations since 1.33, which webhooks see too',
    scenario: /^the object a hook sees has its defaults$/,
    path: /^step 4\.message$/,
    holds: ({ recorded, answered }) => same(recorded, String(answered).replace('"generation": 1, ', '')),
  },
  {
    reason: 'since 1.23 JSON is decoded by sigs.k8s.io/json, in the words of encoding/json and without the place',
    scenario: /^(patches of a hook that do not work|a certificate bundle that is none)/,
    path: /message$/,
    holds: ({ answered }) =>
      /(json: cannot unmarshal string into Go struct field Pod\.spec of type v1\.PodSpec|: illegal base64 data at input byte 0)$/.test(
        String(answered),
      ),
  },
];
