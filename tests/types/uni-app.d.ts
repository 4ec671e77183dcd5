/** As much of uni-app as the recipes use. */
declare const uni: {
  $emit(event: string, value: unknown): void
  addInterceptor(api: string, interceptor: { invoke(options: { url: string }): boolean }): void
  navigateTo(options: { url: string }): void
  getStorageSync(key: string): any
  removeStorageSync(key: string): void
}
