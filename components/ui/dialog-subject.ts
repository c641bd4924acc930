"use client";

import { createContext, type ReactNode } from "react";

export const Subject = createContext<ReactNode>(null);

/** The subject of every dialog below it, such as a merchant. It becomes part of each title. */
export const DialogSubject = Subject.Provider;
