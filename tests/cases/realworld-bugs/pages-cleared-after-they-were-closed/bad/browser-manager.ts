export interface Page { context(): { close(): Promise<void> }; goto(url: string): Promise<void> }
export interface BrowserManager { newPage(): Promise<Page>; restartBrowser(): Promise<void> }
