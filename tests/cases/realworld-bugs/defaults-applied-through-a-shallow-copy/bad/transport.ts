export interface SendMessageConfiguration { acceptedOutputModes?: string[]; pushNotificationConfig?: { url: string }; blocking?: boolean }
export interface MessageSendParams { message: { taskId?: string; text: string }; configuration?: SendMessageConfiguration }
export interface ClientConfig { polling?: boolean; acceptedOutputModes?: string[]; pushNotificationConfig?: { url: string } }
export interface Transport { sendMessage(params: MessageSendParams): Promise<string>; sendMessageStream(params: MessageSendParams): AsyncGenerator<string> }
