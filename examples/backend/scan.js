export async function scanRoutes() {}
