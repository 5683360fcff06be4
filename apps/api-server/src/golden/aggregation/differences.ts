import { added, gone, says, type Difference } from '../differences/difference';

/** Where an answer is right though it is not the recorded one. */
export const differences: readonly Difference[] = [
  {
    reason: 'columns that every table has are described in words of our own',
    scenario: /a table of API services/,
    path: /columnDefinitions\.[03]\.description$/,
  },
  {
    reason: 'the CA of the backend has a smaller certificate, whose length is told',
    scenario: /what an API service must have/,
    path: /message$/,
    holds: says('bytes": local APIServices may not have a caBundle'),
  },
  { reason: 'the user of a certificate has no uid', path: /headers\.x-remote-uid$/, holds: gone },
  {
    reason: 'the user of a certificate is told by what it was recognized',
    path: /headers\.x-remote-extra-authentication\.kubernetes\.io%2fcredential-id$/,
    holds: added,
  },
  {
    reason: 'bodies are sent without the blanks of the recording client',
    scenario: /what arrives at the backend/,
    path: /step \d+\.body$/,
    holds: ({ recorded, answered }) => String(recorded).replaceAll(' ', '') === answered,
  },
  {
    reason: 'API services have managed fields since 1.26',
    scenario: /custom resources get an API service/,
    path: /metadata\.managedFields$/,
    holds: added,
  },
];
