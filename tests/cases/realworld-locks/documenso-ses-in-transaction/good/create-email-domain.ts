import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

import { AppError, AppErrorCode } from './app-error';
import { prisma } from './prisma';

export const getSesClient = () => {
  const region = process.env.NEXT_PRIVATE_SES_REGION;

  if (!region) {
    throw new AppError(AppErrorCode.UNKNOWN_ERROR, { message: 'Missing AWS SES credentials' });
  }

  return new SESv2Client({ region });
};

export async function verifyDomainWithDKIM(domain: string, selector: string, privateKey: string) {
  const command = new CreateEmailIdentityCommand({
    EmailIdentity: domain,
    DkimSigningAttributes: {
      DomainSigningSelector: selector,
      DomainSigningPrivateKey: privateKey,
    },
  });

  return await getSesClient().send(command);
}

type CreateEmailDomainOptions = {
  domain: string;
  organisationId: string;
};

export const createEmailDomain = async ({ domain, organisationId }: CreateEmailDomainOptions) => {
  const selector = `documenso-${organisationId}`.replace(/[_.]/g, '-');
  const recordName = `${selector}._domainkey.${domain}`;

  // Check if domain already exists
  const existingDomain = await prisma.emailDomain.findUnique({ where: { domain } });

  if (existingDomain) {
    throw new AppError(AppErrorCode.ALREADY_EXISTS, { message: 'Domain already exists in database' });
  }

  const generateKeyPairAsync = promisify(generateKeyPair);

  const { publicKey, privateKey } = await generateKeyPairAsync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });

  // Verify domain with SES outside a transaction to avoid holding a
  // connection open during the external API call.
  await verifyDomainWithDKIM(domain, selector, privateKey).catch((err) => {
    if (err.name === 'AlreadyExistsException') {
      throw new AppError(AppErrorCode.ALREADY_EXISTS, { message: 'Domain already exists in SES' });
    }

    throw err;
  });

  const emailDomain = await prisma.emailDomain.create({
    data: { domain, status: 'PENDING', organisationId, selector: recordName, publicKey },
  });

  return { emailDomain, records: [{ name: recordName, value: publicKey, type: 'TXT' }] };
};
