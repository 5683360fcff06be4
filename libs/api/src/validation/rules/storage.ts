import { Kinds } from '@skiff/contracts';
import { validateStorageClass, validateStorageClassUpdate } from '../storage';
import { warningsForRuntimeClass, warningsForStorageCapacity, warningsForStorageClass } from '../warnings/storage';
import { rulesFor } from './rules';

export const storageRules = [
  rulesFor(Kinds.StorageClass, {
    create: validateStorageClass,
    update: validateStorageClassUpdate,
    warnings: warningsForStorageClass,
  }),
  rulesFor(Kinds.CSIStorageCapacity, { warnings: warningsForStorageCapacity }),
  rulesFor(Kinds.RuntimeClass, { warnings: warningsForRuntimeClass }),
];
