export class FitNotice {
	constructor(private message: string) {}
	setMessage(message: string, isError = false) {
		this.message = isError ? `Error: ${message}` : message;
	}
	remove(finalClass?: string) {
		this.message = finalClass ?? '';
	}
}
