import { Kinds } from '@skiff/contracts';
import * as csi from '../csi';
import { fixedHandler, validateRuntimeClass } from '../runtime-class';
import * as classes from '../storage-classes';
import { warningsForRuntimeClass, warningsForStorageCapacity, warningsForStorageClass } from '../warnings/storage';
import { also, rulesFor } from './rules';

export const storageRules = [
  rulesFor(Kinds.StorageClass, {
    create: classes.validateStorageClass,
    update: classes.validateStorageClassUpdate,
    warnings: warningsForStorageClass,
  }),
  rulesFor(Kinds.VolumeAttributesClass, {
    create: classes.validateAttributesClass,
    update: also(classes.validateAttributesClass, classes.fixedAttributes),
  }),
  rulesFor(Kinds.CSIDriver, { create: csi.validateDriver, update: csi.validateDriverUpdate }),
  rulesFor(Kinds.CSINode, { create: csi.validateCsiNode, update: csi.validateCsiNodeUpdate }),
  rulesFor(Kinds.VolumeAttachment, {
    create: csi.validateAttachment,
    update: csi.validateAttachmentUpdate,
    subresources: { status: csi.validateAttachmentUpdate },
  }),
  rulesFor(Kinds.CSIStorageCapacity, {
    create: csi.validateStorageCapacity,
    update: also(csi.validateStorageCapacity, csi.fixedTopology),
    warnings: warningsForStorageCapacity,
  }),
  rulesFor(Kinds.RuntimeClass, {
    create: validateRuntimeClass,
    update: fixedHandler,
    warnings: warningsForRuntimeClass,
  }),
];
