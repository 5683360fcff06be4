import { Kinds } from '@skiff/contracts';
import { validateStorageClass, validateStorageClassUpdate } from '../storage';
import { rulesFor } from './rules';

export const storageRules = [
  rulesFor(Kinds.StorageClass, { create: validateStorageClass, update: validateStorageClassUpdate }),
];
