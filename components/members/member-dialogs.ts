"use client";

// Every dialog of the members page, loaded together on use.
export { InvitationLinkDialog } from "@/components/invitations/invitation-link-dialog";
export { InviteMemberDialog } from "@/components/invitations/invite-member-dialog";
export { AddServiceMemberDialog } from "./add-service-member-dialog";
export { ChangeRoleDialog } from "./change-role-dialog";
export { RemoveMemberDialog } from "./remove-member-dialog";
export { RenameServiceMemberDialog } from "./rename-service-member-dialog";
export { SuspendMemberDialog } from "./suspend-member-dialog";
