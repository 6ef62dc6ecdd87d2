/** Two short tones; silent where the browser plays nothing before somebody touched the page. */
export function ring(): void {
  try {
    const audio = new AudioContext()
    for (const [at, hertz] of [
      [0, 880],
      [0.14, 1175],
    ] as const) {
      const tone = audio.createOscillator()
      const volume = audio.createGain()
      tone.frequency.value = hertz
      volume.gain.setValueAtTime(0.08, audio.currentTime + at)
      volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + at + 0.12)
      tone.connect(volume).connect(audio.destination)
      tone.start(audio.currentTime + at)
      tone.stop(audio.currentTime + at + 0.13)
    }
    setTimeout(() => void audio.close(), 500)
  } catch {
    // a browser without sound
  }
}
