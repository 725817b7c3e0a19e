export interface AudioCaptureOptions { deviceId?: ConstrainDOMString; echoCancellation?: boolean }
export interface VideoCaptureOptions { deviceId?: ConstrainDOMString; facingMode?: 'user' | 'environment' }
export interface CreateLocalTracksOptions { audio?: boolean | AudioCaptureOptions; video?: boolean | VideoCaptureOptions }
