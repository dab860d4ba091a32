import type { Request, RequestHandler, Response } from "express";
import { strictJson } from "../../foundation/http/strict-json.ts";
import type { Door } from "../services/door.ts";

/**
 * Express middleware that asks the door, reads the body and takes the request in hand: turning away must be cheap, and
 * whoever sends a body slowly keeps nobody else out.
 */
export function atTheDoor(door: Door, bodyLimit: number): RequestHandler[] {
  const ask: RequestHandler = async (_request, _response, next) => {
    await door.ask();
    next();
  };
  const enter: RequestHandler = (request, response, next) => {
    const leave = door.enter(Number(request.headers["content-length"] ?? 0));
    response.locals["leave"] = leave;
    response.once("close", leave);
    next();
  };
  return [ask, strictJson(bodyLimit), enter];
}

/**
 * To be called when an order is stored: it waits for its outcome now, and is in nobody's way. What it came with is stored, and
 * must not be kept in memory for as long as it waits: seconds, under load, of megabytes each.
 */
export function leaveTheDoor(request: Request, response: Response): void {
  request.body = undefined;
  (response.locals["leave"] as () => void)();
}
