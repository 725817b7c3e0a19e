export interface Request { secure: boolean }
export interface Response { data?: { accessToken?: string }; clearCookie(name: string): void; cookie(name: string, value: string, options: object): void }
