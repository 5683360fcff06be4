import { child, dns1123Subdomain, type ErrorList, same, type Validation } from '@skiff/apimachinery';
import type { storagev1 } from '@skiff/contracts';
import { validateVolumeSpec } from '../../core/persistent-volume/validation';
import { validateDriverName } from '../driver-name';

const longestMessage = 1024;

const mostMetadata = 256 * 1024;

function validateAttachmentSource(source: storagev1.VolumeAttachmentSource, path: string, to: ErrorList): void {
  const { persistentVolumeName: name, inlineVolumeSpec: inline } = source;
  if (inline && name !== undefined)
    to.forbidden(path, 'must specify exactly one of inlineVolumeSpec and persistentVolumeName');
  else if (inline) validateVolumeSpec(inline, child(path, 'inlineVolumeSpec'), 'inline', to);
  else if (name === undefined) to.required(path);
  else if (name === '') to.required(child(path, 'persistentVolumeName'), 'must specify non empty persistentVolumeName');
}

function validateAttachmentStatus(status: storagev1.VolumeAttachmentStatus, to: ErrorList): void {
  const metadata = Object.entries(status.attachmentMetadata ?? {});
  const size = metadata.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  if (size > mostMetadata) to.tooLong('status.attachmentMetadata', mostMetadata);
  for (const field of ['attachError', 'detachError'] as const)
    if (Buffer.byteLength(status[field]?.message ?? '') > longestMessage)
      to.tooLong(`status.${field}.message`, longestMessage);
}

function validateAnyAttachment({ spec = {}, status = {} }: storagev1.VolumeAttachment, to: ErrorList): void {
  const { attacher = '', source = {}, nodeName = '' } = spec;
  if (attacher === '') to.required('spec.attacher');
  validateAttachmentSource(source, 'spec.source', to);
  to.all('spec.nodeName', nodeName, dns1123Subdomain(nodeName));
  validateAttachmentStatus(status, to);
}

/** Rules of a new VolumeAttachment. Upstream: ValidateVolumeAttachment, then ValidateVolumeAttachmentV1. */
export function validateAttachment(attachment: storagev1.VolumeAttachment, to: ErrorList): void {
  validateAnyAttachment(attachment, to);
  const { attacher = '', source } = attachment.spec ?? {};
  validateDriverName(attacher, 'spec.attacher', to);
  const name = source?.persistentVolumeName;
  if (name !== undefined) to.all('spec.source.persistentVolumeName', name, dns1123Subdomain(name));
}

/** A spec as upstream shows it: its internal type, whose fields have no JSON names. */
const shownAttachment = ({ attacher = '', source, nodeName = '' }: storagev1.VolumeAttachmentSpec): object => ({
  Attacher: attacher,
  Source: {
    PersistentVolumeName: source?.persistentVolumeName ?? null,
    InlineVolumeSpec: source?.inlineVolumeSpec ?? null,
  },
  NodeName: nodeName,
});

export function validateAttachmentUpdate(
  attachment: storagev1.VolumeAttachment,
  old: storagev1.VolumeAttachment,
  to: ErrorList,
): void {
  validateAnyAttachment(attachment, to);
  if (!same(attachment.spec, old.spec))
    to.invalid('spec', shownAttachment(attachment.spec ?? {}), 'field is immutable');
}

export const volumeAttachmentValidation: Validation<storagev1.VolumeAttachment> = {
  create: validateAttachment,
  update: validateAttachmentUpdate,
  subresources: { status: validateAttachmentUpdate },
};
