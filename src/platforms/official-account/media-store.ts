export { createMemoryMediaStore, type MediaKey, type MediaStore } from '../shared/media-store.js'
