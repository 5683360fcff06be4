import { webcrypto } from 'node:crypto';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A request in PEM, in base64. */
export async function certificateRequest(
  commonName: string,
  organization?: string,
  names: x509.JsonGeneralNames = [],
): Promise<string> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const request = await x509.Pkcs10CertificateRequestGenerator.create(
    {
      name: [...(organization ? [{ O: [organization] }] : []), { CN: [commonName] }],
      keys,
      signingAlgorithm: algorithm,
      extensions: names.length ? [new x509.SubjectAlternativeNameExtension(names)] : [],
    },
    webcrypto,
  );
  return Buffer.from(request.toString('pem')).toString('base64');
}
