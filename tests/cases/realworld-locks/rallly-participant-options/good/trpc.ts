export const publicProcedure = { mutation: <I, C, R>(resolve: (o: { input: I; ctx: C }) => Promise<R>) => ({ resolve }) };
export const router = <T extends object>(procedures: T) => procedures;
