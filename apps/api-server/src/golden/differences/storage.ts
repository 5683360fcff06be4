import { added, gone, says, type Difference } from './difference';
import { reworded } from './go-values';

/** What is otherwise of volumes, claims, their classes and drivers. */
export const storageDifferences: readonly Difference[] = [
  {
    reason: 'volumes tell when their phase last changed: on by default since 1.29',
    scenario: /^(a volume, changed|mistakes in volumes)$/,
    path: /status\.lastPhaseTransitionTime$/,
    holds: added,
  },
  {
    reason: 'volumes can be for one pod alone since 1.22 (ReadWriteOncePod)',
    scenario: /^mistakes in volumes$/,
    path: /message$/,
    holds: says('"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"'),
  },
  {
    reason: 'the message of what is immutable ends where upstream shows the difference between two of its Go structs',
    scenario: /^a (volume|claim), changed$/,
    path: /message$/,
    holds: ({ recorded, answered }) =>
      String(recorded)
        .replace('except resources.requests for', 'except resources.requests and volumeAttributesClassName for')
        .startsWith(String(answered)),
  },
  {
    reason: 'claims may shrink to what they have since 1.23 (RecoverVolumeExpansionFailure, on by default since 1.32)',
    scenario: /^a claim, changed$/,
    path: /message$/,
    holds: says('field can not be less than status.capacity'),
  },
  {
    reason: 'one spelling of cannot',
    scenario: /^storage classes/,
    path: /message$/,
    holds: reworded(['can not be empty', 'cannot be empty']),
  },
  {
    reason: 'supported values are told in their order since 1.30',
    scenario: /^CSI drivers|^mistakes in priority classes$/,
    path: /message$/,
    holds: reworded(['"Persistent", "Ephemeral"', '"Ephemeral", "Persistent"']),
  },
  {
    reason: 'the recorded server held new CSI drivers and nodes to their rules twice, and told each mistake as often',
    scenario: /^CSI drivers/,
    path: /details\.causes\.\d+$/,
    holds: gone,
  },
  {
    reason: 'CSI drivers count generations, and have defaults for what is newer than 1.20',
    scenario: /^CSI drivers/,
    path: /(metadata\.generation|(f:)?(storageCapacity|requiresRepublish|seLinuxMount))$/,
    holds: added,
  },
  {
    reason: 'most of a CSI driver may change by now, so that a field is refused and not the whole',
    scenario: /^CSI drivers/,
    path: /^step 3\.(message|details\.causes\.0\.(field|message))$/,
    holds: ({ answered }) => /attachedRequired|Invalid value: true: field is immutable/.test(String(answered)),
  },
];
