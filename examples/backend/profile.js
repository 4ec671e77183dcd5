export async function profileRoutes() {}
