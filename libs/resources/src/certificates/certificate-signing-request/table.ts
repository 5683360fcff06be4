import { ageColumn, ageOf, column, humanDuration, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { certificatesv1 } from '@skiff/contracts';

function conditionOf({ status }: certificatesv1.CertificateSigningRequest): string {
  const has = (type: string): boolean => status?.conditions?.some((condition) => condition.type === type) ?? false;
  const verdict = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending';
  return [verdict, ...(has('Failed') ? ['Failed'] : []), ...(status?.certificate ? ['Issued'] : [])].join(',');
}

export const certificateSigningRequestTable: Table<certificatesv1.CertificateSigningRequest> = {
  columns: [
    nameColumn,
    ageColumn,
    column('SignerName', 'Who is to sign it.'),
    column('Requestor', 'Who asks for it.'),
    column('RequestedDuration', 'For how long.'),
    column('Condition', 'What has become of it.'),
  ],
  cells: (request, now) => {
    const { signerName, username, expirationSeconds: seconds } = request.spec ?? {};
    return [
      nameOf(request),
      ageOf(request, now),
      signerName || '<none>',
      username ?? '',
      seconds === undefined ? '<none>' : humanDuration(seconds * 1000),
      conditionOf(request),
    ];
  },
};
