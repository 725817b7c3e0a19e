export default async function ignoringDuplicateKeyErrors<T>(thunk: () => Promise<T>): Promise<T | undefined> {
  try {
    return await thunk();
  } catch (e) {
    if (e instanceof Error && e.name === 'MongoError' && (e as Error & { code?: number }).code === 11000) {
      return undefined;
    }
    throw e;
  }
}
